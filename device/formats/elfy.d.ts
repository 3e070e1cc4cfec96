// What is used of elfy, which brings no types.
declare module 'elfy' {
  interface Program {
    /** `load` is what goes to memory. */
    type: string;
    /** Where its bytes are kept: of initialized data, the place in flash. */
    paddr: number;
    filesz: number;
    data: Buffer;
  }
  const elfy: { parse(file: Buffer): { class: string; body: { programs: Program[] } } };
  export default elfy;
}
