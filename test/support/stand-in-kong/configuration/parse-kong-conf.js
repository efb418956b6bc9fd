const BYTE_ORDER_MARK = '\uFEFF';

/** Lines with their continuations joined: a backslash at the end continues on the next line. */
function* logicalLines(text) {
  let pending = '';
  for (const raw of text.split('\n')) {
    const line = raw.replace(/\r$/, '');
    if (/^\s*[#;]/.test(line) && pending === '') continue;
    if (line.endsWith('\\')) {
      pending += line.slice(0, -1);
      continue;
    }
    yield pending + line;
    pending = '';
  }
  if (pending !== '') yield pending;
}

/** A trailing comment needs no blank before it; `\#` stands for `#`. */
const stripComment = (value) => value.replace(/\s*(?<!\\)#.*$/, '').replaceAll('\\#', '#');

/**
 * Reads kong.conf as Kong 3.9.3 does: the last of equal keys wins, quotes stay, a section hides
 * every later key and a byte order mark the first one.
 * @returns values by key
 */
export function parseKongConf(text) {
  const settings = {};
  for (const line of logicalLines(text)) {
    if (/^\s*\[[^\]]+\]\s*$/.test(line)) break;
    const separator = line.indexOf('=');
    if (separator === -1 || line.startsWith(BYTE_ORDER_MARK)) continue;
    const key = line.slice(0, separator).trim().replace(/[-.]/g, '_');
    settings[key] = stripComment(line.slice(separator + 1)).trim();
  }
  return settings;
}
