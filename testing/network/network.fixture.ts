import { Network } from "./network.ts";

// A process that makes a network, says where, and waits to be killed.
const network = await Network.open();
await network.addClient();
console.log(network.serverAddress);
setInterval(() => {}, 1000);
