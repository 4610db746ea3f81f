;;; A session of Emacs' eglot with the server.  -*- lexical-binding: t -*-
;; In the environment: GATELINT, PROJECT (fixtures/projects/gated), RECORDING (the file to write).

(let ((packages (file-expand-wildcards "/usr/share/emacs/site-lisp/elpa/*")))
  (setq load-path (append packages load-path)))
(unless (require 'eglot nil t)
  (message "SKIP: eglot is not installed")
  (kill-emacs 0))

(defvar recording nil)
(defun say (format &rest values)
  (push (apply #'format format values) recording))

(defun wait-for (predicate)
  "Serves the connection until PREDICATE holds."
  (let ((end (+ (float-time) 60)) result)
    (while (not (or (setq result (funcall predicate)) (> (float-time) end)))
      (accept-process-output nil 0.05))
    (or result (error "Nothing came"))))

(defun findings ()
  "The findings of the buffer, as (line . text)."
  (mapcar (lambda (one)
            (cons (line-number-at-pos (flymake-diagnostic-beg one)) (flymake-diagnostic-text one)))
          (flymake-diagnostics)))

(defun finding-at (line)
  (cdr (assq line (findings))))

(define-derived-mode session-mode prog-mode "Terraform")
(add-to-list 'eglot-server-programs (list 'session-mode (getenv "GATELINT") "lsp"))
(setq eglot-sync-connect 30 eglot-autoreconnect nil eglot-send-changes-idle-time 0.1)

(condition-case problem
    (with-current-buffer (find-file-noselect (expand-file-name "infra/main.tf" (getenv "PROJECT")))
      (session-mode)
      (apply #'eglot (eglot--guess-contact))
      (flymake-mode 1)
      (wait-for (lambda () (flymake-start) (finding-at 14)))
      (dolist (one (sort (findings) #'car-less-than-car))
        (say "%d: %s" (car one) (car (split-string (cdr one) "\n"))))
      (goto-char (point-min))
      (search-forward "var.downloads_acl")
      (let* ((hover (jsonrpc-request (eglot--current-server-or-lose) :textDocument/hover
                                     (eglot--TextDocumentPositionParams)))
             (text (plist-get (plist-get hover :contents) :value)))
        (when (string-match "^var\\.downloads_acl = .*$" text)
          (say "hover: %s" (match-string 0 text))))
      (goto-char (point-min))
      (forward-line 17)
      (search-forward "public-read")
      (replace-match "private")
      (run-hooks 'post-command-hook)
      (eglot--signal-textDocument/didChange)
      (wait-for (lambda () (flymake-start) (and (findings) (not (finding-at 18)))))
      (say "changed: no finding on line 18")
      (eglot-shutdown (eglot--current-server-or-lose)))
  (error (say "FAILED: %S" problem)))

(with-temp-file (getenv "RECORDING")
  (insert (mapconcat #'identity (reverse recording) "\n") "\n"))
(set-buffer-modified-p nil)
(kill-emacs 0)
