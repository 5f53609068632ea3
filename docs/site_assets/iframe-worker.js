// Search in pages that are opened from the disk: there a browser refuses workers, so the worker's
// script runs in a hidden frame. (The theme's own way fetches a script from the network.)
if (location.protocol === "file:") {
  window.IFrameWorker = class extends EventTarget {
    constructor(address) {
      super()
      this.waiting = []
      const answer = (data) => this.dispatchEvent(new MessageEvent("message", { data }))
      this.frame = document.createElement("iframe")
      this.frame.hidden = true
      this.frame.srcdoc = `<script src="${address}"></` + "script>"
      this.frame.addEventListener("load", () => {
        this.frame.contentWindow.postMessage = answer
        this.waiting.splice(0).forEach((data) => this.ask(data))
        this.ready = true
      })
      document.documentElement.append(this.frame)
    }
    ask(data) {
      this.frame.contentWindow.dispatchEvent(new MessageEvent("message", { data }))
    }
    postMessage(data) {
      if (this.ready) this.ask(data)
      else this.waiting.push(data)
    }
  }
  window.Worker = window.IFrameWorker
}
