/** Tables and lists. */
export const table = `Here is a comparison of ways to brew coffee at home, played back by Streamseal's built-in demonstration model.

| Method | Grind | Water | Time | Character |
| :--- | :--- | ---: | ---: | :--- |
| French press | coarse | 93 °C | 4:00 | full, a little cloudy |
| Pour-over | medium | 94 °C | 3:00 | clear, bright |
| Moka pot | fine | boiling | 5:00 | strong, dark |
| Espresso | very fine | 92 °C | 0:27 | thick, sweet |
| Cold brew | coarse | 20 °C | 12 h | mild, low in acid |

Three rules hold for all of them:

1. Weigh the coffee. Sixty grams a litre is a good start; for espresso it is 18 g for 36 g in the cup.
2. Grind just before you brew. Ground coffee is stale after a day, whole beans after a month.
3. Change one thing at a time. If it tastes sour, grind finer; if it tastes bitter, grind coarser.

If you can buy only one thing, buy the grinder. A good grinder with a cheap filter makes better coffee than a fine machine with yesterday's grounds.
`
