/** What the output supports. Formats for files ignore it. */
export interface Style {
  readonly color: boolean;
  /** Width in columns. */
  readonly columns: number;
}
