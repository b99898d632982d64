/** Guide 2's "Client-Side Usage", as it is published: programs for a browser, which examples and tests run unchanged but for host and port. */

/** "SSE Client". */
export const sseClient = `
// JavaScript SSE client
const eventSource = new EventSource('/query/stream');

eventSource.onmessage = function(event) {
  const data = JSON.parse(event.data);

  if (data.is_final) {
    console.log('Stream complete:', data.metadata.final_response);
    eventSource.close();
  } else {
    console.log('Chunk:', data.content);
    // Append to UI
    document.getElementById('response').innerHTML += data.content;
  }
};

eventSource.onerror = function(event) {
  console.error('Stream error:', event);
  eventSource.close();
};
`

/** "WebSocket Client". */
export const webSocketClient = `
// JavaScript WebSocket client
const ws = new WebSocket('ws://localhost:8000/query/ws');

ws.onopen = function() {
  // Send query
  ws.send(JSON.stringify({
    query: "Hello, how are you?"
  }));
};

ws.onmessage = function(event) {
  const data = JSON.parse(event.data);

  switch(data.type) {
    case 'chunk':
      console.log('Chunk:', data.content);
      // Append to UI
      document.getElementById('response').innerHTML += data.content;
      break;
    case 'complete':
      console.log('Complete:', data.content);
      break;
    case 'error':
      console.error('Error:', data.content);
      break;
  }
};

ws.onerror = function(error) {
  console.error('WebSocket error:', error);
};
`
