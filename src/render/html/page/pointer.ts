/** Clicks that are meant as such: not the second of a double click, and not the end of a selection of text. */
export const isPlainClick = (event: MouseEvent): boolean =>
  event.detail <= 1 && (document.getSelection()?.isCollapsed ?? true);
