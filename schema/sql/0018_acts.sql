-- Who enters, changes or removes a client or a device is in the books: the trigger writes the row of audit where the
-- session says in whose name it acts (rastro.actor). What the gateway does by itself has no name and no row.

CREATE FUNCTION rastro.note_act() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
  new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
  key text := TG_ARGV[0];  -- the column that people know a row by
BEGIN
  INSERT INTO rastro.audit (actor, action, device_id, detail)
  SELECT current_setting('rastro.actor'),
    TG_TABLE_NAME || CASE TG_OP WHEN 'INSERT' THEN '-add' WHEN 'UPDATE' THEN '-change' ELSE '-remove' END,
    CASE WHEN TG_TABLE_NAME = 'device' THEN (coalesce(new_row, old_row)->>'id')::bigint END,
    jsonb_strip_nulls(jsonb_build_object(key, coalesce(new_row, old_row)->>key,
      'before', (SELECT jsonb_object_agg(o.key, o.value) FROM jsonb_each(old_row) AS o
                 WHERE new_row IS NULL OR new_row->o.key IS DISTINCT FROM o.value AND o.key <> 'updated_at'),
      'after', (SELECT jsonb_object_agg(n.key, n.value) FROM jsonb_each(new_row) AS n
                WHERE old_row IS NULL OR old_row->n.key IS DISTINCT FROM n.value AND n.key <> 'updated_at')));
  RETURN NULL;
END $$;

CREATE TRIGGER client_act AFTER INSERT OR UPDATE OR DELETE ON rastro.client
  FOR EACH ROW WHEN (current_setting('rastro.actor', true) <> '') EXECUTE FUNCTION rastro.note_act('uid_client');
CREATE TRIGGER device_act AFTER INSERT OR UPDATE OR DELETE ON rastro.device
  FOR EACH ROW WHEN (current_setting('rastro.actor', true) <> '') EXECUTE FUNCTION rastro.note_act('imei');
