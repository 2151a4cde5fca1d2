/** Ignores clicks that are not meant: the second of a double click, and the end of a text selection. */
export const isPlainClick = (event: MouseEvent): boolean =>
  event.detail <= 1 && (document.getSelection()?.isCollapsed ?? true);
