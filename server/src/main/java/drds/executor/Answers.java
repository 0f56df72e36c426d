package drds.executor;

import drds.atom.Backend;
import drds.atom.Response;
import drds.atom.ResultSet;
import drds.executor.merge.Row;
import drds.executor.merge.RowSource;
import drds.mysql.ColumnDefinition;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answers to SELECTs that were sent to one connection one after the other: they come in the same order. */
final class Answers {
    /** So many rows that nobody wants are read rather than a connection dropped. */
    private static final int ROWS_READ_FOR_NOTHING = 2000;

    private final Backend backend;
    private final boolean binary;
    private final List<Answer> answers = new ArrayList<>();
    private int current;
    private int warnings;

    /** Sends the statements; nothing is read yet. */
    Answers(Backend backend, List<String> statements, boolean binary) {
        this.backend = backend;
        this.binary = binary;
        for (int i = 0; i < statements.size(); i++) {
            answers.add(new Answer(i));
        }
        if (binary) {
            var prepared = statements.stream().map(backend::prepare).toList();
            prepared.forEach(statement -> backend.sendExecute(statement, io.netty.buffer.Unpooled.EMPTY_BUFFER));
        } else {
            statements.forEach(backend::sendQuery);
        }
        backend.flush();
    }

    List<Answer> all() {
        return answers;
    }

    Backend backend() {
        return backend;
    }

    int warnings() {
        return warnings;
    }

    /**
     * Nothing more is wanted.
     *
     * @param keep whether the connection must stay good (a transaction's): then everything is read; otherwise a connection with
     *     much left to read is dropped
     */
    void close(boolean keep) {
        if (!backend.isOpen()) {
            return;
        }
        int budget = keep ? Integer.MAX_VALUE : ROWS_READ_FOR_NOTHING;
        while (current < answers.size()) {
            Answer answer = answers.get(current);
            answer.open();
            ResultSet rows = answer.result();
            for (ByteBuf row = rows.next(); row != null; row = rows.next()) {
                row.release();
                if (--budget < 0) {
                    return;
                }
            }
            answer.end();
        }
    }

    /** One of them; it can be read when those before it have been read whole. */
    final class Answer implements RowSource {
        private final int index;
        private @Nullable ResultSet opened;
        private boolean over;

        private Answer(int index) {
            this.index = index;
        }

        /** Waits for the columns. @throws drds.error.SqlError the instance's error */
        void open() {
            if (opened != null) {
                return;
            }
            if (index != current) {
                throw new IllegalStateException("an earlier answer has not been read");
            }
            switch (backend.readResponse()) {
                case Response.Rows rows -> opened = rows.rows();
                case Response.Err err -> {
                    current++;
                    throw err.error();
                }
                case Response.Ok ok -> throw new IllegalStateException("OK where rows were expected");
            }
        }

        private ResultSet result() {
            ResultSet rows = opened;
            if (rows == null) {
                throw new IllegalStateException("not open");
            }
            return rows;
        }

        private void end() {
            if (!over) {
                over = true;
                warnings += result().warnings();
                current++;
            }
        }

        @Override
        public List<ColumnDefinition> columns() {
            open();
            return result().columns();
        }

        @Override
        public @Nullable Row next() {
            if (over) {
                return null;
            }
            open();
            ResultSet rows = result();
            ByteBuf payload;
            try {
                payload = rows.next();
            } catch (RuntimeException e) {
                over = true;
                current++;
                throw e;
            }
            if (payload == null) {
                end();
                return null;
            }
            return binary ? new Row.Binary(payload, rows.columns()) : new Row.Text(payload, rows.columns().size());
        }

        @Override
        public void close() {}
    }
}
