/** Whether Kong says something of a plugin, and not of one whose name holds its name. */
export function isNamedByKong(name: string, words: string): boolean {
  const forms = [
    ...[`kong.plugins.${name}.`, `kong/plugins/${name}/`],
    ...[`plugin '${name}'`, `Plugin "${name}"`],
  ];
  return forms.some((form) => words.includes(form)) || ` ${words}`.includes(` ${name} plugin is `);
}
