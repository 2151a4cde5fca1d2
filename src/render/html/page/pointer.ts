/** Whether a click is intended: not the second of a double click, and not the end of a text selection. */
export const isPlainClick = (event: MouseEvent): boolean =>
  event.detail <= 1 && (document.getSelection()?.isCollapsed ?? true);
