export * from "./listen-error.ts";
export * from "./listen-everywhere.ts";
export * from "./listen-http.ts";
export * from "./tls-certificate.ts";
export * from "./trusting-own.ts";
