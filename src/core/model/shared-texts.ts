/** Returns a function that gives one string for equal texts. Of more than `most` texts it begins anew. */
export function sharedTexts(most: number): (text: string) => string {
  const texts = new Map<string, string>();
  return (text) => {
    const held = texts.get(text);
    if (held !== undefined) return held;
    if (texts.size >= most) texts.clear();
    texts.set(text, text);
    return text;
  };
}
