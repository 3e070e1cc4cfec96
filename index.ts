// The library's one public entry. What is heavy (tfjs, serialport) is loaded when it is first used.
export { KilnError, EXIT_CODE, type Fault, type Problem } from './base/errors.js';
