/** The bytes are not a message: bad framing, an unknown schema, or not what the schema says. Terminal. */
export class UndecodableError extends Error {
  override readonly name = 'UndecodableError';
}

/** The data does not fit the record's schema; `field` is the path to the first thing that is wrong. */
export class UnencodableError extends Error {
  override readonly name = 'UnencodableError';
  readonly type: string;
  readonly field: string;
  constructor(type: string, field: string, reason: string, options?: ErrorOptions) {
    super(`cannot encode ${type}${field === '' ? '' : `.${field}`}: ${reason}`, options);
    this.type = type;
    this.field = field;
  }
}

/** The registry does not accept a schema: data written under the earlier versions, or this one, could not be read. */
export class SchemaRefusedError extends Error {
  override readonly name = 'SchemaRefusedError';
  readonly subject: string;
  /** Path of the field that does not fit, `undefined` if no single field is to blame. */
  readonly field: string | undefined;
  /** What the registry said. */
  readonly reason: string;
  constructor(subject: string, field: string | undefined, what: string, reason: string) {
    super(`schema ${subject} was refused: ${what}; the registry says: ${reason}`);
    this.subject = subject;
    this.field = field;
    this.reason = reason;
  }
}
