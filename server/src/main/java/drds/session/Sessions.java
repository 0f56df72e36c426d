package drds.session;

import drds.error.ErrorCode;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** All sessions of this server by their number: what SHOW PROCESSLIST shows and KILL looks for. */
final class Sessions {
    private final ConcurrentHashMap<Long, Session> byId = new ConcurrentHashMap<>();

    void add(Session session) {
        byId.put(session.id(), session);
    }

    void remove(Session session) {
        byId.remove(session.id(), session);
    }

    /** @throws drds.error.SqlError 1094 if there is no such session */
    void kill(long id, boolean queryOnly) {
        Session session = byId.get(id);
        if (session == null) {
            throw ErrorCode.UNKNOWN_THREAD.with(id);
        }
        session.kill(queryOnly);
    }

    /** KILL 'ALL'. */
    void killAllBut(Session own) {
        byId.values().stream().filter(session -> session != own).forEach(session -> session.kill(false));
    }

    /** @return how many are busy, and so were left */
    int disconnectIdle() {
        int busy = 0;
        for (Session session : byId.values()) {
            if (session.isIdle()) {
                session.client().disconnect();
            } else {
                busy++;
            }
        }
        return busy;
    }

    /** How many run a statement. */
    long running() {
        return byId.values().stream().filter(session -> !session.isIdle()).count();
    }

    List<Session> all() {
        return byId.values().stream()
                .sorted(Comparator.comparingLong(Session::id))
                .toList();
    }

    int count() {
        return byId.size();
    }

    List<ProcessRow> processes() {
        return byId.values().stream()
                .map(Session::process)
                .sorted(Comparator.comparingLong(ProcessRow::id))
                .toList();
    }
}
