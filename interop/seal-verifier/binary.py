"""Numbers in bytes (seal-format.md §0)."""


class Malformed(Exception):
    """What was read is not what the format allows."""


def varint(number):
    """Unsigned LEB128, in its shortest form."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


class Reader:
    """Reads bytes from the front; what is not there is malformed."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        if self.at + count > len(self.data):
            raise Malformed("cut short")
        self.at += count
        return self.data[self.at - count : self.at]

    def byte(self):
        return self.take(1)[0]

    def varint(self):
        number, shift = 0, 0
        while True:
            byte = self.byte()
            number |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
            if shift > 56:
                raise Malformed("a number too long")
        if (byte == 0 and shift > 7) or number >= 2**53:
            raise Malformed("a number not in its shortest form, or too great")
        return number

    def zigzag(self):
        number = self.varint()
        return -(number + 1) // 2 if number & 1 else number // 2

    def at_end(self):
        return self.at == len(self.data)
