package io.sdr.core.store;

import java.util.List;

/** The tables, as the list of migrations that lead to them: the n-th brings a store from version n to n + 1. Only ever added to. */
final class Schema {
    /** "sdr1" in the file's header: told from other applications' databases. */
    static final int APPLICATION_ID = 0x73647231;

    static final List<List<String>> MIGRATIONS = List.of(List.of(
            "CREATE TABLE incarnation (number INTEGER NOT NULL, crc INTEGER NOT NULL)",
            """
            CREATE TABLE subject (
                id TEXT NOT NULL PRIMARY KEY,
                version INTEGER NOT NULL,
                epoch INTEGER NOT NULL,
                document TEXT NOT NULL,
                crc INTEGER NOT NULL)""",
            """
            CREATE TABLE job (
                number INTEGER PRIMARY KEY AUTOINCREMENT,
                id TEXT NOT NULL UNIQUE,
                kind TEXT NOT NULL,
                spec_version INTEGER NOT NULL,
                subject TEXT NOT NULL REFERENCES subject (id),
                spec TEXT NOT NULL,
                origin TEXT NOT NULL,
                origin_epoch INTEGER NOT NULL,
                status TEXT NOT NULL,
                holds INTEGER NOT NULL,
                decided INTEGER NOT NULL,
                actor TEXT NOT NULL,
                cancel_requested INTEGER NOT NULL,
                failure TEXT,
                prompt TEXT,
                owner TEXT,
                lease_epoch INTEGER NOT NULL,
                lease_until INTEGER NOT NULL,
                started INTEGER NOT NULL,
                ended INTEGER,
                supersedes TEXT,
                superseded_by TEXT,
                crc INTEGER NOT NULL)""",
            "CREATE UNIQUE INDEX one_job_holds_a_subject ON job (subject) WHERE holds = 1",
            "CREATE INDEX jobs_of_a_subject ON job (subject, number)",
            """
            CREATE TABLE step (
                job TEXT NOT NULL REFERENCES job (id),
                number INTEGER NOT NULL,
                name TEXT NOT NULL,
                kind TEXT NOT NULL,
                phase TEXT NOT NULL,
                attempt INTEGER NOT NULL,
                acted INTEGER NOT NULL,
                intent TEXT,
                outcome TEXT,
                warnings TEXT NOT NULL,
                detail TEXT NOT NULL,
                not_after INTEGER,
                in_doubt_until INTEGER,
                started INTEGER,
                ended INTEGER,
                bytes_done INTEGER NOT NULL,
                bytes_total INTEGER NOT NULL,
                crc INTEGER NOT NULL,
                PRIMARY KEY (job, number)) WITHOUT ROWID""",
            """
            CREATE TABLE said (
                number INTEGER PRIMARY KEY AUTOINCREMENT,
                job TEXT NOT NULL REFERENCES job (id),
                kind TEXT NOT NULL,
                actor TEXT NOT NULL,
                reason TEXT NOT NULL,
                at INTEGER NOT NULL,
                crc INTEGER NOT NULL)""",
            "CREATE INDEX said_to_a_job ON said (job, number)",
            """
            CREATE TABLE inherited (
                job TEXT NOT NULL REFERENCES job (id),
                from_job TEXT NOT NULL REFERENCES job (id),
                step TEXT NOT NULL,
                until INTEGER NOT NULL,
                known TEXT,
                crc INTEGER NOT NULL,
                PRIMARY KEY (job, from_job, step)) WITHOUT ROWID""",
            """
            CREATE TABLE note (
                sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                subject TEXT NOT NULL REFERENCES subject (id),
                site TEXT NOT NULL,
                epoch INTEGER NOT NULL,
                what TEXT NOT NULL,
                queued INTEGER NOT NULL,
                delivered INTEGER,
                crc INTEGER NOT NULL)""",
            "CREATE INDEX pending_notes ON note (site, sequence) WHERE delivered IS NULL",
            """
            CREATE TABLE event (
                sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                at INTEGER NOT NULL,
                subject TEXT NOT NULL,
                job TEXT,
                kind TEXT NOT NULL,
                text TEXT NOT NULL,
                crc INTEGER NOT NULL)""",
            "CREATE TABLE listener (name TEXT NOT NULL PRIMARY KEY, sequence INTEGER NOT NULL, crc INTEGER NOT NULL)"));

    private Schema() {}
}
