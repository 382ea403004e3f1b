/**
 * Appends to one recipient's feed what it does not have yet.
 *
 * KEYS: the stream, the state (a hash: `n`, and per source partition the highest origin taken).
 * ARGV: the live channel, how many entries to keep, then per entry: source, offset, index, type, data.
 * Returns how many were new.
 *
 * An entry's number `n` is the microseconds of Redis's clock, made larger than the last one where
 * needed: so numbers only grow, even when Redis has lost some or all of the feed and starts it again
 * (bursts of entries take longer than their count in microseconds). Exact in a double until 2255.
 */
export const appendScript = `
local known = redis.call('HGETALL', KEYS[2])
local state = {}
for i = 1, #known, 2 do state[known[i]] = known[i + 1] end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local last = tonumber(state['n'] or '0')
local changed = { 'n', '' }
local new = 0
for i = 3, #ARGV, 5 do
  local source, offset, index = ARGV[i], tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
  local o, x = string.match(state[source] or '-1/-1', '^(-?%d+)/(-?%d+)$')
  o, x = tonumber(o), tonumber(x)
  if offset > o or (offset == o and index > x) then
    local n = math.max(last + 1, now)
    local id, before = string.format('%.0f', n), string.format('%.0f', last)
    redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], id .. '-0', 'prev', before, 'type', ARGV[i + 3], 'data', ARGV[i + 4])
    redis.call('PUBLISH', ARGV[1], id .. ' ' .. before .. ' ' .. ARGV[i + 3] .. ' ' .. ARGV[i + 4])
    state[source] = ARGV[i + 1] .. '/' .. ARGV[i + 2]
    changed[#changed + 1] = source
    changed[#changed + 1] = state[source]
    last = n
    new = new + 1
  end
end
if new > 0 then
  changed[2] = string.format('%.0f', last)
  redis.call('HSET', KEYS[2], unpack(changed))
end
return new
`;
