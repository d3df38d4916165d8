const memories: WebAssembly.Memory[] = [];

// gpu.js makes its memories by name, so counting them takes a class in the name's place.
WebAssembly.Memory = class extends WebAssembly.Memory {
  constructor(descriptor: WebAssembly.MemoryDescriptor) {
    super(descriptor);
    memories.push(this);
  }
};

/** The bytes of all memories of WebAssembly that were made since this was imported. */
export const wasmBytes = (): number => memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
