// Prints the milliseconds that importing a module takes in a process that has loaded nothing else.
const began = performance.now();
await import(process.argv[2]);
console.log(performance.now() - began);
