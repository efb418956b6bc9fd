/** The fields of an object, each by its name; `true` for what is not looked into. */
export type KnownFields = true | { readonly [name: string]: KnownFields };

/**
 * Refuses a field that is not known, wherever it stands; of a list, in any member. Go's protojson,
 * and so cosign 3, does the same: what a reader does not understand may limit what is signed.
 * @param path where in the document this stands, for the message
 * @throws Error with the field's place
 */
export function refuseUnknownFields(value: unknown, known: KnownFields, path = ''): void {
  if (known === true || typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const one of value) refuseUnknownFields(one, known, path);
    return;
  }
  for (const [name, inner] of Object.entries(value)) {
    const at = path === '' ? name : `${path}.${name}`;
    const fields = Object.hasOwn(known, name) ? known[name] : undefined;
    if (fields === undefined) throw new Error(`it has an unknown field, ${JSON.stringify(at)}`);
    refuseUnknownFields(inner, fields, at);
  }
}
