package drds.catalog;

/** A user and the pattern of the hosts that it may come from. */
public record AccountName(String user, String host) {
    @Override
    public String toString() {
        return "'" + user + "'@'" + host + "'";
    }
}
