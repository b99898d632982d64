"""What a call gave, in the form of the vector files."""
import math
from datetime import datetime


def plain(value):
    if isinstance(value, datetime):
        return {"$datetime": value.isoformat(), "epoch": value.timestamp()}
    if isinstance(value, float) and not math.isfinite(value):
        return {"$float": str(value)}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def outcome(call):
    try:
        return {"value": plain(call())}
    except Exception as error:  # the exception is what is recorded
        return {"error": type(error).__name__, "message": str(error)[:200]}
