/** What the step of action.yml hands over: an input that is not given is empty there. */
export function readInputs(environment) {
  const raw = (name) => environment[`INPUT_${name.toUpperCase().replaceAll('-', '_')}`] ?? '';
  const text = (name) => raw(name).trim();
  return {
    raw,
    text,
    required: (name) => {
      if (text(name) === '') throw new Error(`the input ${name} is missing`);
      return text(name);
    },
    isTrue: (name) => {
      if (text(name) === 'true') return true;
      if (text(name) === 'false') return false;
      throw new Error(`the input ${name} is ${JSON.stringify(text(name))}: write true or false`);
    },
    lines: (name) =>
      text(name)
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
  };
}

/** `--flag=value` for an input that is given. */
export const flagOf = (flag, value) => (value === '' ? [] : [`${flag}=${value}`]);

/** The login for one call: the password goes over standard input, where no list of processes has it. */
export function loginOf({ raw, text }) {
  const [username, password] = [text('username'), raw('password')];
  if ((username === '') !== (password === ''))
    throw new Error('the inputs username and password need one another');
  if (username === '') return { flags: [] };
  return { flags: [`--registry-username=${username}`, '--password-stdin'], stdin: password };
}

/** Nothing but flags: what kongcrate is to read and write has inputs of its own. */
export function furtherFlagsOf({ lines }) {
  const stray = lines('flags').find((line) => !line.startsWith('-'));
  if (stray !== undefined)
    throw new Error(`${JSON.stringify(stray)} in the input flags is none: write --flag=value`);
  return lines('flags');
}
