/** What the candidate pairs of a connection had received at one moment. */
export interface PathSnapshot {
  pairs: ReadonlySet<string>;
  received: number;
}

interface PairStats {
  id: string;
  type: string;
  state?: string;
  nominated?: boolean;
  bytesReceived?: number;
  responsesReceived?: number;
}

/** Taken before an ICE restart, to tell afterwards whether anything came through. */
export async function snapshotPath(peer: RTCPeerConnection): Promise<PathSnapshot> {
  const pairs = await pairsOf(peer);
  return { pairs: new Set(pairs.map((pair) => pair.id)), received: receivedOn(pairs) };
}

/** true when a new pair has succeeded since the snapshot, or any pair received something. */
export async function isPathAlive(peer: RTCPeerConnection, before: PathSnapshot): Promise<boolean> {
  const pairs = await pairsOf(peer);
  const isNewAndUsed = (pair: PairStats) =>
    !before.pairs.has(pair.id) && pair.state === "succeeded" && pair.nominated === true;
  if (pairs.some(isNewAndUsed)) return true;
  return receivedOn(pairs.filter((pair) => before.pairs.has(pair.id))) > before.received;
}

async function pairsOf(peer: RTCPeerConnection): Promise<PairStats[]> {
  if (peer.signalingState === "closed") return [];
  const pairs: PairStats[] = [];
  const stats = await peer.getStats();
  stats.forEach((entry: PairStats) => {
    if (entry.type === "candidate-pair") pairs.push(entry);
  });
  return pairs;
}

function receivedOn(pairs: readonly PairStats[]): number {
  let received = 0;
  for (const pair of pairs) received += (pair.bytesReceived ?? 0) + (pair.responsesReceived ?? 0);
  return received;
}
