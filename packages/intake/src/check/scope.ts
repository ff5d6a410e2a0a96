/** Which people move in this wave; what belongs to the others waits with them. Empty means everybody. */
export interface Scope {
  /** Organizations by key or code, with all that is below them. */
  readonly organizations?: readonly string[] | undefined;
  /** Countries of people, as ISO 3166-1 alpha-2. */
  readonly countries?: readonly string[] | undefined;
}
