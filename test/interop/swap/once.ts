/** The same function, but the work is done once for the same input. */
export function once<Input, Output>(
  work: (input: Input) => Promise<Output>,
): (input: Input) => Promise<Output> {
  const done = new Map<string, Promise<Output>>();
  return (input) => {
    const key = JSON.stringify(input);
    const made = done.get(key) ?? work(input);
    done.set(key, made);
    return made;
  };
}
