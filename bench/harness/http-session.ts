/** POSTs an offer to a WHIP or WHEP endpoint; resolves with the answer. Throws with what the server said otherwise. */
export async function postOffer(endpoint: string, token: string, offer: string): Promise<string> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { "content-type": "application/sdp", authorization: `Bearer ${token}` },
    body: offer,
  });
  const text = await response.text();
  if (response.status !== 201) throw new Error(`${endpoint}: ${response.status} ${text}`);
  return text;
}
