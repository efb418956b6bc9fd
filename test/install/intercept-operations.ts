import { nodeFileOperations, type FileOperations } from '../../src/install/file-operations.ts';

export interface Operation {
  /** Counted from 0, over all operations. */
  readonly index: number;
  readonly name: keyof FileOperations;
  readonly args: readonly unknown[];
  readonly run: () => void;
}

/** The real operations, each of which `intercept` runs, or does not. */
export function interceptOperations(intercept: (operation: Operation) => void): FileOperations {
  let index = 0;
  const wrap = ([name, real]: [string, (...args: never[]) => void]): [string, unknown] => [
    name,
    (...args: never[]): void => {
      const run = (): void => {
        real(...args);
      };
      intercept({ index: index++, name: name as keyof FileOperations, args, run });
    },
  ];
  const operations = Object.entries(nodeFileOperations) as [string, (...args: never[]) => void][];
  return Object.fromEntries(operations.map(wrap)) as unknown as FileOperations;
}

/** The real operations, and how many there were. */
export function countOperations(): { files: FileOperations; count: () => number } {
  let count = 0;
  const files = interceptOperations(({ run }) => {
    count += 1;
    run();
  });
  return { files, count: () => count };
}
