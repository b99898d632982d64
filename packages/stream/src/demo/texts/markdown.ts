/** Markdown with a bit of everything, for renderers. */
export const markdown = `# A small weather station, step by step

*This answer is played back by Streamseal's built-in demonstration model; no language model is running.*

You can build a weather station for a balcony in an afternoon 🌦️. It measures temperature, humidity and air pressure every minute, keeps a day of readings, and shows them on a page. This is the plan:

1. Wire the sensor to the board.
2. Read it once a minute and keep the values.
3. Serve the readings as JSON, and draw them.

## What you need

| Part | Why | Price |
| --- | --- | ---: |
| BME280 breakout | temperature ±0.5 °C, humidity, pressure | €6.50 |
| Raspberry Pi Zero 2 W | reads the sensor, serves the page | €18.00 |
| Four jumper wires | power, ground, data, clock | €1.20 |
| A white, vented box | keeps the sun and the rain off ☀️☔ | €4.00 |

The box matters more than you think. A sensor in the sun measures the sun, and a reading of 41 °C on a mild day is always a story about shade.

## Reading the sensor

The sensor speaks I²C at address \`0x76\`, or \`0x77\` when its \`SDO\` pin is high. A reading takes 10 ms, so one a minute is no burden:

\`\`\`python
from datetime import datetime, timezone
import time

def readings(sensor, every=60):
    """Yields one reading after another, for ever."""
    while True:
        yield {
            "at": datetime.now(timezone.utc).isoformat(),
            "celsius": round(sensor.temperature, 1),
            "humidity": round(sensor.humidity),
        }
        time.sleep(every)
\`\`\`

Keep the last 1440 of them, which is one day, and write them to disk only once an hour: flash memory wears out with every write.

## Three things that go wrong

- **The numbers do not move.** The address is wrong, and the library gives its defaults. Run \`i2cdetect -y 1\` and look for \`76\`.
- **Humidity is stuck at 100 %.** Water has crept into the vent. Let it dry for a day, *upside down*.
- **The page is slow.** You are drawing every point. A screen is 400 pixels wide, so 400 points are enough.

> A cheap instrument that is read every day tells you more than a fine one in a drawer.

The [BME280 data sheet](https://www.bosch-sensortec.com/products/environmental-sensors/humidity-sensors-bme280/) explains the compensation formulas, and ~~you can skip them~~ the library applies them for you. If $T$ is the temperature and $p$ the pressure, the altitude follows from the barometric formula; near the ground, 1 hPa is about 8 m.

---

When it runs, put it outside for a week before you believe it ✅. Compare it with the station in the next town at night, when neither stands in the sun, and note the difference down: that is your correction.
`
