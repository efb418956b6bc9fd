/** The module names that a compact list of parents and what follows them stands for. */
export function expandModuleNames(text: string): readonly string[] {
  return text
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [parent = '', names = ''] = line.split(': ');
      return names.split(' ').map((name) => (parent === '' ? name : `${parent}.${name}`));
    });
}
