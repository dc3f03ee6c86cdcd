-- Partitions by time on top of pg_partman, in such a way that neither a row nor the maintenance can fail, whatever time
-- a device's clock shows.
--
-- A time from 2015 to the end of the third month from this one has, or gets, a partition of its own. Every other time goes
-- to the default partition. As the months go by, the default may hold rows of a month that needs a partition now (a
-- clock that ran ahead): they are moved in the same transaction, because the server refuses to attach a partition whose
-- rows stand in the default. All of it happens in UTC, or the months would begin at the session's midnight.

DO $$
BEGIN
  -- Both need a superuser unless they stand already.
  CREATE EXTENSION IF NOT EXISTS postgis;
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'pg_partman') THEN
    CREATE SCHEMA IF NOT EXISTS partman;
    CREATE EXTENSION pg_partman SCHEMA partman;
  ELSIF NOT EXISTS (SELECT FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
                    WHERE e.extname = 'pg_partman' AND n.nspname = 'partman') THEN
    RAISE EXCEPTION 'the extension pg_partman stands in another schema; it is needed in the schema "partman"';
  END IF;
END $$;

-- Makes the partitions of rastro.<tablename> that the given times need. Returns how many could not be made: because
-- somebody held a lock for longer than the timeout or, unless `strict`, for whatever reason. Their rows go to the default
-- until a later call makes them: a partition is never a reason for a row to wait.
CREATE FUNCTION rastro.ensure_partitions(tablename text, times timestamptz[], strict boolean DEFAULT false)
RETURNS integer LANGUAGE plpgsql SET timezone = 'UTC' SET lock_timeout = '1s' AS $$
DECLARE
  parent constant text := 'rastro.' || tablename;
  default_table constant text := tablename || '_default';
  window_start constant timestamptz := '2015-01-01 00:00:00+00';
  window_end constant timestamptz := date_trunc('month', now()) + interval '4 months';
  settings partman.part_config;
  moment timestamptz;
  place record;
  ends timestamptz;
  in_range text;
  missing integer := 0;
BEGIN
  SELECT * INTO STRICT settings FROM partman.part_config WHERE parent_table = parent;
  FOR moment IN SELECT t FROM unnest(times) AS t WHERE t >= window_start AND t < window_end ORDER BY 1 LOOP
    BEGIN
      SELECT * INTO place FROM partman.show_partition_name(parent, moment::text);
      CONTINUE WHEN place.table_exists;
      ends := place.suffix_timestamp + settings.partition_interval::interval;
      in_range := format('%1$I >= %2$L AND %1$I < %3$L', settings.control, place.suffix_timestamp, ends);
      -- Here, so that the only waiting is bounded by lock_timeout and reported by its own error.
      EXECUTE format('LOCK TABLE ONLY rastro.%I IN SHARE UPDATE EXCLUSIVE MODE', tablename);
      EXECUTE format('LOCK TABLE rastro.%I IN ACCESS EXCLUSIVE MODE', default_table);
      EXECUTE format('CREATE TEMP TABLE moved ON COMMIT DROP AS SELECT * FROM rastro.%I WHERE %s',
                     default_table, in_range);
      EXECUTE format('DELETE FROM rastro.%I WHERE %s', default_table, in_range);
      PERFORM partman.create_partition_time(parent, ARRAY[place.suffix_timestamp], p_analyze := false);
      EXECUTE format('INSERT INTO rastro.%I SELECT * FROM moved', tablename);
      DROP TABLE moved;
    EXCEPTION
      WHEN lock_not_available THEN
        missing := missing + 1;
      WHEN OTHERS THEN
        IF strict THEN
          RAISE;
        END IF;
        missing := missing + 1;
    END;
  END LOOP;
  RETURN missing;
END $$;

-- To be called every hour or so: the partitions of this month and the three after it, then pg_partman's own maintenance
-- (retention, where part_config sets one). With one month more than pg_partman wants to have in advance it finds nothing
-- to make: it would not move rows out of the default first. False when a lock was in the way: to be tried again.
CREATE FUNCTION rastro.maintain_partitions() RETURNS boolean
LANGUAGE plpgsql SET timezone = 'UTC' AS $$
DECLARE
  tablename text;
BEGIN
  FOREACH tablename IN ARRAY ARRAY['fix', 'message'] LOOP
    IF rastro.ensure_partitions(
         tablename, ARRAY(SELECT date_trunc('month', now()) + n * interval '1 month' FROM generate_series(0, 3) AS n),
         strict := true) > 0 THEN
      RETURN false;
    END IF;
    PERFORM partman.run_maintenance('rastro.' || tablename, p_analyze := false, p_jobmon := false);
  END LOOP;
  RETURN true;
END $$;
