/**
 * The rocks that Kong 3.9.3 brings along whose modules are named otherwise than the rock, each
 * with one of its modules.
 */
export const KONG_ROCKS: ReadonlyMap<string, string> = new Map([
  ['kong-lapis', 'lapis'],
  ['kong-pgmoon', 'pgmoon'],
  ['lua-messagepack', 'MessagePack'],
  ['lua-protobuf', 'pb'],
  ['lua-resty-timer-ng', 'resty.timerng'],
  ['luafilesystem', 'lfs'],
  ['luasec', 'ssl'],
  ['luasocket', 'socket'],
  ['luasyslog', 'lsyslog'],
  ['penlight', 'pl'],
]);
