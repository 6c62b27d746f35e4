/** A certificate nobody vouches for, of `platform.test`, and its key: for tests only, valid for a hundred years. */
export function selfSigned(): { cert: string; key: string } {
  return {
    cert: `-----BEGIN CERTIFICATE-----
MIIBrTCCAVKgAwIBAgIUWgIQ1ibFRrm2kdsniaxvGxv8hTYwCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNcGxhdGZvcm0udGVzdDAgFw0yNjExMjExNTE3NThaGA8yMTI2
MTAyODE1MTc1OFowGDEWMBQGA1UEAwwNcGxhdGZvcm0udGVzdDBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABPKTcnc1Cq6l8ERZpQyHFT0QDr0kUpFqcHf4kE1iRdGk
BYMy4/sPjSeVFKgCszDPARjrFpuCjP0GfEC+uvUvkrCjeDB2MB0GA1UdDgQWBBTq
RR+lz7uvQqL5yctosNEIU9MhpDAfBgNVHSMEGDAWgBTqRR+lz7uvQqL5yctosNEI
U9MhpDAPBgNVHRMBAf8EBTADAQH/MCMGA1UdEQQcMBqCDXBsYXRmb3JtLnRlc3SC
CWxvY2FsaG9zdDAKBggqhkjOPQQDAgNJADBGAiEA8r+RWpQDqGueQbkpf9e0PcK7
byGCrZKVikA3I4R83u4CIQCJh4kmkEie2cIJXOJnB8HjAqw5Vb+1zvYC4SsbHaLQ
vg==
-----END CERTIFICATE-----`,
    key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgfUZKqgI815CubNmm
zTY/gvLHuLGFR31lTN7AKNsjYm6hRANCAATyk3J3NQqupfBEWaUMhxU9EA69JFKR
anB3+JBNYkXRpAWDMuP7D40nlRSoArMwzwEY6xabgoz9BnxAvrr1L5Kw
-----END PRIVATE KEY-----`,
  };
}
