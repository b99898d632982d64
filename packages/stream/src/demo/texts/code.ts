/** Mostly code, in two languages. */
export const code = `Here is a rate limiter that lets a client make a number of requests in a moving minute. (You are talking to Streamseal's built-in demonstration model: this text was written by people and is only played back.)

The idea is a bucket that fills at a steady pace. Each request takes one token out of it; when none is left, the client has to wait. Nothing needs a timer, because the level can be worked out from the time that has passed.

\`\`\`ts
export interface Bucket {
  /** Takes a token, or says how long to wait for one, in milliseconds. */
  take(now?: number): number
}

export function createBucket(capacity: number, perMinute: number): Bucket {
  const perMs = perMinute / 60_000
  let level = capacity
  let seenAt = 0

  return {
    take(now = performance.now()) {
      level = Math.min(capacity, level + (now - seenAt) * perMs)
      seenAt = now
      if (level < 1) return Math.ceil((1 - level) / perMs)
      level -= 1
      return 0
    },
  }
}
\`\`\`

Use one bucket a client, and throw buckets away that have been full for a while, so that memory stays bounded. A short test shows the two things that matter, that a burst is let through and that the next request waits:

\`\`\`ts
const bucket = createBucket(2, 60)
console.assert(bucket.take(0) === 0)
console.assert(bucket.take(0) === 0)
console.assert(bucket.take(0) === 1000)
console.assert(bucket.take(1000) === 0)
\`\`\`

If the limiter has to hold for several processes, keep the level in Redis and do the sum in a script, so that reading and writing are one step:

\`\`\`lua
local level = tonumber(redis.call('HGET', KEYS[1], 'level') or ARGV[1])
local seen = tonumber(redis.call('HGET', KEYS[1], 'seen') or ARGV[3])
level = math.min(tonumber(ARGV[1]), level + (ARGV[3] - seen) * ARGV[2])
if level < 1 then return math.ceil((1 - level) / ARGV[2]) end
redis.call('HSET', KEYS[1], 'level', level - 1, 'seen', ARGV[3])
return 0
\`\`\`

Answer with status 429 and a \`Retry-After\` header when \`take\` returns more than zero; a client that is told how long to wait is a client that does not try again at once.
`
