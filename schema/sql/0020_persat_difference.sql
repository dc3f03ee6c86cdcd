-- The same rows as before, client by client in the order of their numbers, so that a page of them ends early; and
-- `differs` lets a question for conflicts go by the index.
CREATE OR REPLACE VIEW rastro.persat_difference AS
  SELECT p.uid_client, d.field, d.kind, d.local, d.persat, p.base <> p.remote AS differs
  FROM rastro.persat_client AS p LEFT JOIN rastro.client AS c ON c.uid_client = p.uid_client
    CROSS JOIN LATERAL (
      SELECT field, CASE WHEN p.base->field IS DISTINCT FROM p.remote->field THEN 'conflict' ELSE 'local' END AS kind,
        here.fields->field AS local, p.remote->field AS persat
      FROM (SELECT rastro.client_fields(c) AS fields OFFSET 0) AS here
        CROSS JOIN LATERAL jsonb_object_keys(here.fields || p.base || p.remote) AS field
      WHERE c.id IS NOT NULL AND here.fields <> p.remote AND here.fields->field IS DISTINCT FROM p.remote->field
      UNION ALL
      SELECT '', CASE WHEN p.base <> p.remote THEN 'conflict' ELSE 'removed' END, NULL, p.remote
      WHERE p.placed AND c.id IS NULL
      UNION ALL
      SELECT '', 'gone', NULL, p.remote WHERE p.gone_at IS NOT NULL
    ) AS d;
