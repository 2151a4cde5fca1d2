/** Returns a function that returns the same string for equal texts. After `most` different texts it starts over. */
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
