/**
 * A script or style sheet of the page, bundled for a browser, as text. The build and the tests both resolve these
 * imports.
 */
declare module '*?bundled' {
  const text: string;
  export default text;
}
