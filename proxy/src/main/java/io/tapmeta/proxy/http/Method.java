package io.tapmeta.proxy.http;

import java.util.List;

/** The methods that make a difference; Nova answers any other as GET. */
enum Method {
  GET,
  HEAD,
  POST,
  PUT,
  CONNECT,
  TRACE,
  OTHER;

  static final List<Method> NAMED = List.of(GET, HEAD, POST, PUT, CONNECT, TRACE);
}
