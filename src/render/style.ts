/** What the output can show. Formats for files ignore it. */
export interface Style {
  readonly color: boolean;
  /** Width in columns. */
  readonly columns: number;
}
