import { adminRecordingListSchema, adminRecordingQuerySchema } from "@sameroom/contract";
import { failures } from "../../http/answers.ts";
import { onlyAdmins } from "../../http/principal.ts";
import type { Http } from "../../http/types.ts";
import { requireCursor } from "./cursor.ts";
import type { RecordingPresenter } from "./presenter.ts";
import type { RecordingStore } from "./store.ts";

export interface AdminRecordingDeps {
  store: Pick<RecordingStore, "list" | "total">;
  presenter: RecordingPresenter;
  /** Bytes at which the oldest are deleted, or null. */
  maxBytes: number | null;
}

/** Everybody's recordings, for admins: what they take, and where. */
export function adminRecordingRoutes(http: Http, deps: AdminRecordingDeps): void {
  http.get(
    "/api/admin/recordings",
    {
      onRequest: onlyAdmins,
      schema: {
        tags: ["admin"],
        summary: "Everybody's recordings, newest first, with what they take on storage",
        querystring: adminRecordingQuerySchema,
        response: { 200: adminRecordingListSchema, ...failures },
      },
    },
    async (request) => {
      const { worker, cursor, limit } = request.query;
      const after = requireCursor(cursor);
      const filter = { deleted: true, ...(worker === undefined ? {} : { worker }) };
      const page = await deps.store.list({ ...filter, limit, ...(after === undefined ? {} : { after }) });
      const { recordings, nextCursor } = await deps.presenter.page(page, request);
      return {
        recordings: recordings.map((view, index) => {
          const { recording } = page.recordings[index]!;
          const deleting = recording.deletedAt !== null;
          return { ...view, urls: deleting ? null : view.urls, worker: recording.worker, deleting };
        }),
        total: await deps.store.total(filter),
        maxBytes: deps.maxBytes,
        nextCursor,
      };
    },
  );
}
