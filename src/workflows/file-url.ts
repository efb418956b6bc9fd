/** Whether a text is the address of a file on a server, in place of a path. */
export function isFileUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

/** Whether it can be nothing but an archive: a registry is sometimes named with https:// too. */
export function isArchiveUrl(text: string): boolean {
  return isFileUrl(text) && /\.(?:rock|tar|tar\.gz|tgz)$/i.test(new URL(text).pathname);
}

/** As it may be shown and kept: without userinfo, query and fragment, which can be secrets. */
export function nameOfUrl({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}
