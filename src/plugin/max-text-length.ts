/** No name, version or description is longer; `a = a .. a` in forty lines would be a terabyte. */
export const MAX_TEXT_LENGTH = 4096;
