import { register } from "tsx/esm/api";

// Lets a child process or a thread run the sources as they are: node --import <this file> main.ts
register();
