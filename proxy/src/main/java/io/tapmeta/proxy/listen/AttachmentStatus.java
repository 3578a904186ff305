package io.tapmeta.proxy.listen;

import io.tapmeta.proxy.http.Tally;
import java.util.Locale;

/**
 * How an attachment is doing, as operators see it.
 *
 * @param name the attachment's, or its file's where that cannot be read
 * @param why it does not listen, in one line; empty where it does
 * @param tally what became of its guests' requests; of none where it does not listen
 */
public record AttachmentStatus(
    String name, State state, String tap, String netns, String why, Tally tally) {
  /** The states, which are a metric's label too. */
  public enum State {
    /** Guests are answered. */
    LISTENING,
    /** The namespace, the interface or the port is not to be had; tried again every second. */
    FAILED,
    /** The file is wrong and no earlier version of it is in force. */
    REJECTED;

    /** The label's value. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Of one that no guest asks. */
  public AttachmentStatus(String name, State state, String tap, String netns, String why) {
    this(name, state, tap, netns, why, new Tally());
  }
}
