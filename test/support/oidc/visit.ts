export interface Habits {
  /** Where to go instead of where a redirect leads. */
  readonly onRedirect?: (target: URL) => URL;
  /** What to press on a page that asks; `confirm` unless told. */
  readonly button?: 'confirm' | 'abort';
}

export interface Visited {
  readonly url: URL;
  readonly status: number;
  readonly text: string;
}

const MAX_PAGES = 20;

/** Does what a browser does: keeps cookies, follows redirects, sends forms; gives the last page. */
export async function visit(start: URL | string, habits: Habits = {}): Promise<Visited> {
  const { onRedirect = (target: URL): URL => target, button = 'confirm' } = habits;
  const cookies = new Map<string, string>();
  let url = new URL(start);
  let form: URLSearchParams | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map((cookie) => cookie.join('=')).join('; ') },
      ...(form ? { method: 'POST', body: form } : {}),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const text = await response.text();
    const location = response.headers.get('location');
    if (location !== null) {
      form = undefined;
      url = onRedirect(new URL(location, url));
      continue;
    }
    const fields = fieldsOf(text, button);
    const action = / action="([^"]+)"/.exec(text)?.[1];
    if (action === undefined || !fields.has('user_code'))
      return { url, status: response.status, text };
    form = fields;
    url = new URL(action, url);
  }
  throw new Error(`still no page after ${MAX_PAGES}, at ${url.href}`);
}

/** What the page has filled in already. */
function fieldsOf(text: string, button: string): URLSearchParams {
  const form = new URLSearchParams();
  for (const [, name = '', value = ''] of text.matchAll(
    /<input type="hidden" name="([^"]+)" value="([^"]*)"/g,
  ))
    form.set(name === 'confirm' ? button : name, value);
  return form;
}
