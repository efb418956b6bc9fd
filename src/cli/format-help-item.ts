import { Help } from 'commander';

/** The least columns that a description is readable in. */
const MIN_DESCRIPTION_COLUMNS = 30;
/** Two before the term, two behind it. */
const BLANKS = 4;
const BELOW = '\n      ';

/** A flag or command of the help: beside its description, or above it where there is little room. */
export const formatHelpItem: Help['formatItem'] = (...item) => {
  const [term, termWidth, description, help] = item;
  const columns = help.helpWidth ?? 80;
  if (columns - termWidth - BLANKS >= MIN_DESCRIPTION_COLUMNS)
    return Help.prototype.formatItem.apply(help, item);
  const wrapped = help.boxWrap(description, columns - BELOW.length);
  return `  ${term}${BELOW}${wrapped.replaceAll('\n', BELOW)}`;
};
